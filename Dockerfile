# The bot as a static binary in an empty image.
#
#   docker build -t bazarbot .
#   docker run --stop-timeout 30 --env-file .env -v bazarbot:/data bazarbot
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
# timetzdata puts the time zones into the binary: the markets' local times need them.
RUN CGO_ENABLED=0 go build -trimpath -tags timetzdata -ldflags "-s -w" -o /out/bot ./cmd/bot \
 && mkdir -p /out/data /out/tmp

FROM ${BASE_IMAGE}
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/bot /bot
# The embedded database and its key file live in /data.
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
ENV DATA_DIR=/data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["/bot", "healthcheck"]
ENTRYPOINT ["/bot"]
CMD ["run"]
