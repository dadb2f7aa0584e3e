package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strings"

	"github.com/ory/dockertest/v3"
	"github.com/ory/dockertest/v3/docker"
)

// image is what runs where Docker is.
const image = "postgres:17-alpine"

// lifetime ends a container by itself (seconds), should nothing else have.
const lifetime = "3600"

// errNoDocker means that no Docker daemon answers.
var errNoDocker = errors.New("no Docker daemon answers")

// startDocker runs the image and returns the URL of its own database.
func startDocker() (string, error) {
	pool, err := dockertest.NewPool("")
	if err != nil {
		return "", fmt.Errorf("%w: %w", errNoDocker, err)
	}
	defer closeIdle(pool.Client.HTTPClient)
	if err := pool.Client.Ping(); err != nil {
		return "", fmt.Errorf("%w: %w", errNoDocker, err)
	}
	repository, tag, _ := strings.Cut(image, ":")
	container, err := pool.RunWithOptions(&dockertest.RunOptions{
		Repository: repository,
		Tag:        tag,
		Env:        []string{"POSTGRES_PASSWORD=test", "POSTGRES_DB=test"},
		Entrypoint: []string{"timeout", lifetime, "docker-entrypoint.sh"},
		Cmd:        []string{"postgres"},
	}, func(host *docker.HostConfig) {
		host.AutoRemove = true
		host.PublishAllPorts = false
		host.PortBindings = map[docker.Port][]docker.PortBinding{"5432/tcp": {{HostIP: "127.0.0.1"}}}
	})
	if err != nil {
		return "", fmt.Errorf("run %s: %w", image, err)
	}
	id := container.Container.ID
	if err := watch(exec.CommandContext(context.Background(), "sh", "-c", watchContainer, "sh", id)); err != nil {
		return "", errors.Join(err, pool.Purge(container))
	}
	runs := func() error {
		c, err := pool.Client.InspectContainer(id)
		if err == nil && !c.State.Running {
			err = fmt.Errorf("container %.12s: exit code %d", id, c.State.ExitCode)
		}
		return err
	}
	url := "postgres://postgres:test@" + net.JoinHostPort("127.0.0.1", container.GetPort("5432/tcp")) +
		"/test?sslmode=disable"
	if err := ready(url, runs); err != nil {
		return "", errors.Join(fmt.Errorf("%s: %w", image, err), pool.Purge(container))
	}
	return url, nil
}

// watchContainer removes the container once this process is gone. Without the
// docker command the container's own timeout does it.
const watchContainer = `trap '' HUP INT TERM; read -r _; docker rm -f -v "$1"`

func closeIdle(c *http.Client) {
	if c != nil {
		c.CloseIdleConnections()
	}
}
