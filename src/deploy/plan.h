// Plan: what a deploy is going to do, made from what the stack asks for and what the engine has, before anything is
// touched. A value; refers to the stack that it was made from. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "deploy/config_hash.h"
#include "deploy/observed.h"
#include "deploy/stack.h"

namespace gatehouse::deploy {

enum class Change {
  kSame,     // runs as it should, or is a job that has done its work
  kStart,    // is there, and does not run
  kCreate,   // is not there
  kReplace,  // is there, and is another than asked for
};

enum class ImageSource { kPresent, kPull, kBuild };

struct ImagePlan {
  std::string reference;
  const compose::Service* service = nullptr;  // the first that uses it
  ImageSource source = ImageSource::kPresent;
  std::string reason;
};

struct ContainerPlan {
  const compose::Service* service = nullptr;
  std::int64_t number = 1;
  std::string name;
  Change change = Change::kCreate;
  std::string reason;  // "environment, image changed"
  ConfigHash hash;
  const docker::ContainerSummary* existing = nullptr;  // of the Observed that the plan was made from
};

struct PlanOptions {
  bool pull = false;   // also where the image is here
  bool build = false;  // likewise
  std::string version;
};

struct Plan {
  std::vector<const compose::Network*> networks;  // to be created
  std::vector<const compose::Volume*> volumes;    // likewise
  std::vector<ImagePlan> images;
  std::vector<ContainerPlan> containers;                   // dependencies first
  std::vector<const docker::ContainerSummary*> stale;      // a second one of what is wanted once: of a deploy cut short
  std::vector<const docker::ContainerSummary*> leftover;   // surplus replicas
  std::vector<const docker::ContainerSummary*> displaced;  // Traefik's, in whose place the edge goes
  std::vector<const docker::ContainerSummary*> orphans;    // of services that the stack does not have any more
  std::vector<const compose::Service*> adopted;            // Traefik's

  [[nodiscard]] bool changes_anything() const;
};

base::Result<Plan> make_plan(const Stack& stack, const Observed& observed, const PlanOptions& options);
// The containers again, once images have been pulled and built.
base::Result<void> plan_containers(const Stack& stack, const Observed& observed, Plan& plan);

// The plan for people, a line each.
std::vector<std::string> describe(const Plan& plan);
std::string_view to_string(Change change);  // "unchanged", "start", "create", "replace"

}  // namespace gatehouse::deploy
