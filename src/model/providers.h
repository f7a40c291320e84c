// providers.*: where dynamic configuration comes from. Pure values; defaults are Traefik's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "model/anything.h"
#include "model/duration.h"
#include "model/tls.h"
#include "model/trait.h"

namespace gatehouse::model {

struct DockerProvider {
  std::string constraints;
  bool watch = true;
  std::string network;
  bool use_bind_port_ip = false;
  bool exposed_by_default = true;
  std::string default_rule = "Host(`{{ normalize .Name }}`)";
  std::string username;
  base::Secret password;
  std::string endpoint = "unix:///var/run/docker.sock";
  std::optional<ClientTls> tls;
  Duration http_client_timeout{};  // 0: none
  bool allow_empty_services = false;

  bool operator==(const DockerProvider&) const = default;
  static void fields(auto& field) {
    field("constraints", &DockerProvider::constraints);
    field("watch", &DockerProvider::watch);
    field("network", &DockerProvider::network);
    field("useBindPortIP", &DockerProvider::use_bind_port_ip);
    field("exposedByDefault", &DockerProvider::exposed_by_default);
    field("defaultRule", &DockerProvider::default_rule);
    field("username", &DockerProvider::username);
    field("password", &DockerProvider::password);
    field("endpoint", &DockerProvider::endpoint);
    field("tls", &DockerProvider::tls);
    field("httpClientTimeout", &DockerProvider::http_client_timeout);
    field("allowEmptyServices", &DockerProvider::allow_empty_services);
  }
};

struct SwarmProvider {
  std::string constraints;
  bool watch = true;
  std::string network;
  bool use_bind_port_ip = false;
  bool exposed_by_default = true;
  std::string default_rule = "Host(`{{ normalize .Name }}`)";
  std::string username;
  base::Secret password;
  std::string endpoint = "unix:///var/run/docker.sock";
  std::optional<ClientTls> tls;
  Duration http_client_timeout{};
  bool allow_empty_services = false;
  Duration refresh_seconds = std::chrono::seconds(15);

  bool operator==(const SwarmProvider&) const = default;
  static void fields(auto& field) {
    field("constraints", &SwarmProvider::constraints);
    field("watch", &SwarmProvider::watch);
    field("network", &SwarmProvider::network);
    field("useBindPortIP", &SwarmProvider::use_bind_port_ip);
    field("exposedByDefault", &SwarmProvider::exposed_by_default);
    field("defaultRule", &SwarmProvider::default_rule);
    field("username", &SwarmProvider::username);
    field("password", &SwarmProvider::password);
    field("endpoint", &SwarmProvider::endpoint);
    field("tls", &SwarmProvider::tls);
    field("httpClientTimeout", &SwarmProvider::http_client_timeout);
    field("allowEmptyServices", &SwarmProvider::allow_empty_services);
    field("refreshSeconds", &SwarmProvider::refresh_seconds);
  }
};

struct FileProvider {
  std::string directory;
  bool watch = true;
  std::string filename;  // not read when there is a directory
  bool debug_log_generated_template = false;

  bool operator==(const FileProvider&) const = default;
  static void fields(auto& field) {
    field("directory", &FileProvider::directory);
    field("watch", &FileProvider::watch);
    field("filename", &FileProvider::filename);
    field("debugLogGeneratedTemplate", &FileProvider::debug_log_generated_template);
  }
};

struct Providers {
  Duration providers_throttle_duration = std::chrono::seconds(2);
  std::vector<std::string> precedence;
  std::optional<DockerProvider> docker;
  std::optional<SwarmProvider> swarm;
  std::optional<FileProvider> file;
  Anything kubernetes_ingress;
  Anything kubernetes_ingress_nginx;
  Anything kubernetes_crd;
  Anything kubernetes_gateway;
  Anything knative;
  Anything rest;
  Anything consul_catalog;
  Anything nomad;
  Anything ecs;
  Anything consul;
  Anything etcd;
  Anything zoo_keeper;
  Anything redis;
  Anything http;
  Anything plugin;

  bool operator==(const Providers&) const = default;
  static void fields(auto& field) {
    field("providersThrottleDuration", &Providers::providers_throttle_duration);
    field("precedence", &Providers::precedence);
    field("docker", &Providers::docker, trait::kBare);
    field("swarm", &Providers::swarm, trait::kBare | trait::kUnsupported);
    field("file", &Providers::file, trait::kBare);
    field("kubernetesIngress", &Providers::kubernetes_ingress, trait::kBare | trait::kUnsupported);
    field("kubernetesIngressNGINX", &Providers::kubernetes_ingress_nginx, trait::kBare | trait::kUnsupported);
    field("kubernetesCRD", &Providers::kubernetes_crd, trait::kBare | trait::kUnsupported);
    field("kubernetesGateway", &Providers::kubernetes_gateway, trait::kBare | trait::kUnsupported);
    field("knative", &Providers::knative, trait::kBare | trait::kUnsupported);
    field("rest", &Providers::rest, trait::kBare | trait::kUnsupported);
    field("consulCatalog", &Providers::consul_catalog, trait::kBare | trait::kUnsupported);
    field("nomad", &Providers::nomad, trait::kBare | trait::kUnsupported);
    field("ecs", &Providers::ecs, trait::kBare | trait::kUnsupported);
    field("consul", &Providers::consul, trait::kBare | trait::kUnsupported);
    field("etcd", &Providers::etcd, trait::kBare | trait::kUnsupported);
    field("zooKeeper", &Providers::zoo_keeper, trait::kBare | trait::kUnsupported);
    field("redis", &Providers::redis, trait::kBare | trait::kUnsupported);
    field("http", &Providers::http, trait::kBare | trait::kUnsupported);
    field("plugin", &Providers::plugin, trait::kBare | trait::kUnsupported);
  }
};

}  // namespace gatehouse::model
