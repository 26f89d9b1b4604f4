{{/* kafka of a part: netobserv.kafkaConfig (list . ROLE). The login comes from the environment, out of a Secret. */}}
{{- define "netobserv.kafkaConfig" -}}
{{- $root := index . 0 -}}{{- $kafka := $root.Values.kafka -}}
{{- $config := dict "role" (index . 1) "brokers" $kafka.brokers "topic" $kafka.topic -}}
{{- if $kafka.tls.enabled }}
{{- $tls := dict -}}
{{- if and $kafka.tls.secretName $kafka.tls.ca }}{{- $_ := set $tls "ca" "/etc/netobserv/kafka-tls/ca.crt" }}{{- end -}}
{{- if $kafka.tls.clientCertificate }}
{{- $_ := set $tls "cert" "/etc/netobserv/kafka-tls/tls.crt" -}}
{{- $_ := set $tls "key" "/etc/netobserv/kafka-tls/tls.key" -}}
{{- end -}}
{{- $_ := set $config "tls" $tls -}}
{{- end -}}
{{- if eq (index . 1) "store" }}{{- $_ := set $config "consume" (dict "group" $kafka.group) }}{{- end -}}
{{- $config | toYaml -}}
{{- end -}}

{{/* Pods that share Loki's streams and, where flows are of several of them, what they count. */}}
{{- define "netobserv.storing" -}}
{{- $store := .Values.kafka.store -}}
{{- if not .Values.kafka.enabled -}}{{ .Values.collector.replicas }}
{{- else if $store.autoscaling.enabled -}}{{ $store.autoscaling.maxReplicas }}
{{- else -}}{{ $store.replicas }}
{{- end -}}
{{- end -}}

{{/* Refuses values that are well formed each, but do not go together. */}}
{{- define "netobserv.collectorChecks" -}}
{{- $values := .Values.collector -}}
{{- $spool := ternary $values.config.spool dict (hasKey $values.config "spool") -}}
{{- if not (kindIs "map" $spool) }}
{{- fail "collector.config.spool: holds settings, such as { maxBytes: 1000000000 }; leave it out for those of the chart" }}
{{- end -}}
{{- $maxBytes := $spool.maxBytes | default $values.spool.maxBytes | int64 -}}
{{- $path := $spool.path | default "/var/lib/netobserv/spool" -}}
{{- if and (hasPrefix "/var/lib/netobserv/spool" $path) (ge $maxBytes (include "netobserv.bytes" $values.spool.size | int64)) }}
{{- fail (printf "collector.spool.maxBytes: %d bytes do not fit on a volume of collector.spool.size %s; keep it below that, as templates and sums come on top" $maxBytes $values.spool.size) }}
{{- end -}}
{{- $taken := list "9469" -}}
{{- range $key, $ports := dict "collector.tcpPorts" $values.tcpPorts "collector.tls.ports" $values.tls.ports }}
{{- range $ports }}
{{- $port := int . | toString -}}
{{- if has $port $taken }}
{{- fail (printf "%s: %s is taken; name a port that is neither in collector.tcpPorts nor in collector.tls.ports already, nor 9469, which is for health and metrics" $key $port) }}
{{- end -}}
{{- $taken = append $taken $port -}}
{{- end }}
{{- end -}}
{{- with .Values.kafka.store.autoscaling }}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) }}
{{- fail (printf "kafka.store.autoscaling.minReplicas: %d is more than maxReplicas, %d; raise that or lower this" (int .minReplicas) (int .maxReplicas)) }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The configuration file of a part: what the chart knows, and the values' `config` before it.
netobserv.collectorConfig (list . "collector" or "collector-store")
*/}}
{{- define "netobserv.collectorConfig" -}}
{{- $part := index . 1 -}}
{{- with index . 0 -}}
{{- $values := .Values.collector -}}
{{- $isStore := eq $part "collector-store" -}}
{{- $stores := or $isStore (not .Values.kafka.enabled) -}}
{{- $storing := int (include "netobserv.storing" .) -}}
{{- $receive := dict "listen" $values.udpPorts -}}
{{- with $values.tcpPorts }}{{- $_ := set $receive "tcp" (dict "listen" .) }}{{- end -}}
{{- if $values.tls.ports }}
{{- $tls := dict "listen" $values.tls.ports "cert" "/etc/netobserv/tls/tls.crt" "key" "/etc/netobserv/tls/tls.key" -}}
{{- if $values.tls.clientCa }}{{- $_ := set $tls "clientCa" "/etc/netobserv/tls/ca.crt" }}{{- end -}}
{{- $_ := set $receive "tls" $tls -}}
{{- end -}}
{{- /* Of the 5,000 streams that Loki lets one tenant have by default. */ -}}
{{- $loki := dict "url" (include "netobserv.lokiUrl" .) "maxStreams" (div 4500 (max 1 $storing)) -}}
{{- if eq .Values.loki.mode "external" -}}
{{- with .Values.loki.external.tenant }}{{- $_ := set $loki "tenant" . }}{{- end -}}
{{- if eq .Values.loki.external.auth "token" }}{{- $_ := set $loki "bearerTokenFile" "/etc/netobserv/loki/token" }}{{- end -}}
{{- if .Values.loki.external.ca }}{{- $_ := set $loki "tls" (dict "ca" "/etc/netobserv/loki/ca.crt") }}{{- end -}}
{{- end -}}
{{- $own := dict "loki" $loki "http" (dict "listen" 9469) -}}
{{- $_ := set $own "enrich" (dict "kubernetes" (dict "enabled" (and $stores $values.kubernetes))) -}}
{{- if not $isStore }}
{{- $_ := set $own "receive" $receive -}}
{{- $_ := set $own "spool" (dict "path" "/var/lib/netobserv/spool" "maxBytes" (int64 $values.spool.maxBytes)) -}}
{{- end -}}
{{- if and $stores (not $isStore) }}{{- /* What a kill may cost is ten seconds then, of sums of up to an hour. */ -}}
{{- $_ := set $own "aggregate" (dict "stateFile" "/var/lib/netobserv/spool/sums.json") -}}
{{- end -}}
{{- /* A collector that hears of some nodes only, or of some far later than of others, must not take the rest for silent. */ -}}
{{- if and $stores $values.nodesExport (or $isStore (gt $storing 1)) }}
{{- $_ := set $own "dedup" (dict "assumeNodesExport" true) -}}
{{- end -}}
{{- /* What the nodes are told to sample: Open vSwitch does not say it, and flows would look as if all packets were seen. */ -}}
{{- if and $stores (ne .Values.nodeExport.mode "none") }}
{{- $_ := set $own "decode" (dict "openVSwitchSampling" (int64 .Values.nodeExport.sampling)) -}}
{{- end -}}
{{- if .Values.kafka.enabled }}
{{- $_ := set $own "kafka" (include "netobserv.kafkaConfig" (list . (ternary "store" "receive" $isStore)) | fromYaml) -}}
{{- end -}}
{{- $own = mergeOverwrite $own (deepCopy $values.config) -}}
{{- if $isStore }}
{{- $_ := unset $own "spool" -}}
{{- $_ := unset $own "receive" -}}
{{- $own = mergeOverwrite $own (deepCopy .Values.kafka.store.config) -}}
{{- end -}}
{{- $own | toYaml -}}
{{- end -}}
{{- end -}}

{{/*
The pod of a part: netobserv.collectorPod (list . "collector" or "collector-store"). Loki's and Kafka's credentials come
from Secrets: as files where the collector can read them, so that they are in no variable of its process.
*/}}
{{- define "netobserv.collectorPod" -}}
{{- $part := index . 1 -}}
{{- with index . 0 -}}
{{- $isStore := eq $part "collector-store" -}}
{{- $values := .Values.collector -}}
{{- $own := ternary .Values.kafka.store $values $isStore -}}
{{- $kafka := .Values.kafka -}}
{{- $external := eq .Values.loki.mode "external" -}}
{{- $auth := and $external (eq .Values.loki.external.auth "basic") -}}
{{- $sasl := and $kafka.enabled (ne $kafka.sasl.mechanism "none") -}}
{{- $kafkaTls := and $kafka.enabled $kafka.tls.enabled $kafka.tls.secretName -}}
{{- $receivesTls := and (not $isStore) $values.tls.ports -}}
metadata:
  labels: {{- include "netobserv.labels" (list . $part) | nindent 4 }}
  annotations:
    checksum/config: {{ include "netobserv.collectorConfig" (list . $part) | sha256sum }}
    {{- with $own.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "netobserv.name" (list . $part) }}
  automountServiceAccountToken: {{ and $values.kubernetes (or $isStore (not $kafka.enabled)) }}
  enableServiceLinks: false
  # Above loki.drainMs and the wait of preStop.
  terminationGracePeriodSeconds: 45
  {{- with $own.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- include "netobserv.pullSecrets" . | nindent 2 }}
  securityContext: {{- include "netobserv.podSecurity" 1000 | nindent 4 }}
  {{- include "netobserv.placement" $own | nindent 2 }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include "netobserv.selector" (list . $part) | nindent 10 }}
  containers:
    - name: collector
      image: {{ include "netobserv.image" (list . $values.image) }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: [run, --config, /etc/netobserv/collector.yaml]
      {{- if or $auth $sasl $own.extraEnv }}
      env:
        {{- if $auth }}
        - name: NETOBSERV_LOKI_BASIC_AUTH_USERNAME
          valueFrom: { secretKeyRef: { name: {{ .Values.loki.external.secretName | quote }}, key: username } }
        - name: NETOBSERV_LOKI_BASIC_AUTH_PASSWORD_FILE
          value: /etc/netobserv/loki/password
        {{- end }}
        {{- if $sasl }}
        - name: NETOBSERV_KAFKA_SASL_MECHANISM
          value: {{ $kafka.sasl.mechanism }}
        - name: NETOBSERV_KAFKA_SASL_USERNAME
          valueFrom: { secretKeyRef: { name: {{ $kafka.sasl.secretName | quote }}, key: username } }
        - name: NETOBSERV_KAFKA_SASL_PASSWORD_FILE
          value: /etc/netobserv/kafka-sasl/password
        {{- end }}
        {{- with $own.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      ports:
        {{- if not $isStore }}
        {{- range $values.udpPorts }}
        - { name: udp-{{ . }}, containerPort: {{ . }}, protocol: UDP }
        {{- end }}
        {{- range concat $values.tcpPorts $values.tls.ports }}
        - { name: tcp-{{ . }}, containerPort: {{ . }}, protocol: TCP }
        {{- end }}
        {{- end }}
        - { name: http, containerPort: 9469, protocol: TCP }
      startupProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 2
        failureThreshold: 60
      # Not /readyz: a collector that waits for Loki or the API server has to go on receiving, and would get nothing
      # more from its Service.
      readinessProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 5
      livenessProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      {{- if not $isStore }}
      lifecycle:
        preStop:
          # The Service takes it off first, then it stops receiving.
          exec: { command: [node, -e, 'setTimeout(()=>{},5000)'] }
      {{- end }}
      resources: {{- toYaml $own.resources | nindent 8 }}
      securityContext: {{- include "netobserv.containerSecurity" . | nindent 8 }}
      volumeMounts:
        - { name: config, mountPath: /etc/netobserv/collector.yaml, subPath: collector.yaml, readOnly: true }
        {{- if not $isStore }}
        - { name: spool, mountPath: /var/lib/netobserv/spool }
        {{- end }}
        - { name: tmp, mountPath: /tmp }
        {{- if $receivesTls }}
        - { name: tls, mountPath: /etc/netobserv/tls, readOnly: true }
        {{- end }}
        {{- if and $external .Values.loki.external.secretName }}
        - { name: loki, mountPath: /etc/netobserv/loki, readOnly: true }
        {{- end }}
        {{- if $kafkaTls }}
        - { name: kafka-tls, mountPath: /etc/netobserv/kafka-tls, readOnly: true }
        {{- end }}
        {{- if $sasl }}
        - { name: kafka-sasl, mountPath: /etc/netobserv/kafka-sasl, readOnly: true }
        {{- end }}
  volumes:
    - name: config
      configMap: { name: {{ include "netobserv.name" (list . $part) }} }
    - name: tmp
      emptyDir: { sizeLimit: 64Mi }
    {{- if $receivesTls }}
    - name: tls
      secret: { secretName: {{ required "collector.tls.secretName: needed where collector.tls.ports are set" $values.tls.secretName | quote }}, defaultMode: 0440 }
    {{- end }}
    {{- if and $external .Values.loki.external.secretName }}
    - name: loki
      secret: { secretName: {{ .Values.loki.external.secretName | quote }}, defaultMode: 0440 }
    {{- end }}
    {{- if $kafkaTls }}
    - name: kafka-tls
      secret: { secretName: {{ $kafka.tls.secretName | quote }}, defaultMode: 0440 }
    {{- end }}
    {{- if $sasl }}
    - name: kafka-sasl
      secret: { secretName: {{ $kafka.sasl.secretName | quote }}, defaultMode: 0440 }
    {{- end }}
{{- end -}}
{{- end -}}

{{/* What a part may reach beside Kafka: netobserv.collectorEgress (list . "collector" or "collector-store") */}}
{{- define "netobserv.collectorEgress" -}}
{{- $stores := or (eq (index . 1) "collector-store") (not (index . 0).Values.kafka.enabled) -}}
{{- with index . 0 -}}
# Names of Services.
- ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }, { port: 5353, protocol: UDP }, { port: 5353, protocol: TCP }]
{{- if and .Values.collector.kubernetes $stores }}
# The API server, which is no pod.
- ports:
    {{- range .Values.networkPolicy.kubernetesApiPorts }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
{{- end }}
{{- if eq .Values.loki.mode "single" }}
- ports: [{ port: 3100, protocol: TCP }]
  to:
    - podSelector:
        matchLabels: {{- include "netobserv.selector" (list . "loki") | nindent 10 }}
{{- else }}
# Loki, wherever it is: the port of loki.external.url, and those that pods behind its Service may have.
- ports:
    {{- $ports := list 80 443 3100 8080 8443 }}
    {{- with regexFind ":[0-9]+$" (urlParse .Values.loki.external.url).host }}{{- $ports = append $ports (trimPrefix ":" . | int) }}{{- end }}
    {{- range .Values.networkPolicy.lokiPorts }}{{- $ports = append $ports (int .) }}{{- end }}
    {{- range $ports | uniq }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  {{- with .Values.networkPolicy.lokiTo }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- if .Values.kafka.enabled }}
# Kafka's brokers.
- ports:
    {{- $ports := list }}
    {{- range .Values.kafka.brokers }}{{- $ports = append $ports (regexFind "[0-9]+$" . | int) }}{{- end }}
    {{- range .Values.networkPolicy.kafkaPorts }}{{- $ports = append $ports (int .) }}{{- end }}
    {{- range $ports | uniq }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  {{- with .Values.networkPolicy.kafkaTo }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}
{{- end -}}
