// The context of a build as the engine takes it: a tar archive of a folder without what .dockerignore leaves out, made
// piece by piece while it is sent. Blocking reads, a file's piece at a time; the loop's thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/body.h"

namespace gatehouse::docker {

struct BuildContextOptions {
  std::filesystem::path folder;
  std::string dockerfile = "Dockerfile";  // relative to the folder, or absolute
  std::string dockerfile_inline = {};     // in its place
};

struct BuildContext {
  std::unique_ptr<http::Body> body;
  std::string dockerfile;  // its name in the archive
};

// Lists the files at once, in the order of their names, and reads them as the body is pulled. kNotFound when there is
// no folder or no Dockerfile; kUnsupported for a context that is a URL.
base::Result<BuildContext> open_build_context(const BuildContextOptions& options);

}  // namespace gatehouse::docker
