// Gets the images that a plan asks for: pulled with progress, or built from their context. What cannot be pulled and is
// here already is used as it is, after saying so.
#pragma once

#include "async/task.h"
#include "deploy/plan.h"
#include "deploy/report.h"
#include "docker/engine.h"

namespace gatehouse::deploy {

async::Task<base::Result<void>> get_images(docker::Engine& engine, const Stack& stack, const Plan& plan,
                                           Report& report);

}  // namespace gatehouse::deploy
