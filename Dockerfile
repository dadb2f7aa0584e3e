# The bot as a static binary in an empty image.
#
#   docker build -t bazarbot .
#   docker run -d --name bazarbot --restart unless-stopped --stop-timeout 30 \
#     --read-only --cap-drop ALL --security-opt no-new-privileges \
#     -e TELEGRAM_TOKEN=… -v bazarbot:/data bazarbot
#
# Where no registry is at hand, both images can be others:
#   docker build --build-arg GO_IMAGE=my/golang --build-arg BASE_IMAGE=my/base .
ARG GO_IMAGE=golang:1.26-bookworm
ARG BASE_IMAGE=scratch

FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# What bazarbot_build_info tells; git describe --always --dirty makes a good one.
ARG VERSION=unknown
# timetzdata puts the time zones into the binary: the markets' local times need them.
RUN CGO_ENABLED=0 go build -trimpath -tags timetzdata -ldflags "-s -w -X main.version=${VERSION}" -o /out/bot ./cmd/bot \
 && mkdir -p /out/data /out/tmp

FROM ${BASE_IMAGE}
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/bot /bot
# The embedded database, its key file and its backups live in /data: nothing is
# written anywhere else, so the root may be read-only.
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
ENV DATA_DIR=/data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 CMD ["/bot", "healthcheck"]
ENTRYPOINT ["/bot"]
CMD ["run"]
