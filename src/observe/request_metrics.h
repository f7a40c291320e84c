// The families that requests are told by: Traefik's, by name, label and bucket, and finer histograms of our own. Pure.
#pragma once

#include "observe/edition.h"
#include "observe/exposition.h"
#include "observe/totals.h"

namespace gatehouse::observe {

void write_request_metrics(Exposition& out, const Edition& edition, const Totals& totals);

}  // namespace gatehouse::observe
