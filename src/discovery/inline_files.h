// Puts the content of files in place of their names: the edge has no file system. A value that is PEM text already
// stays as it is. Errors name the file, the cause and whose it is.
#pragma once

#include <string>

#include "base/result.h"
#include "discovery/file_contents.h"
#include "model/middleware.h"
#include "model/servers_transport.h"
#include "model/snapshot.h"
#include "model/stream.h"
#include "model/tls.h"

namespace gatehouse::discovery {

base::Result<void> inline_files(model::Middleware& middleware, FileContents& files);       // usersFile, forwardAuth.tls
base::Result<void> inline_files(model::ServersTransport& transport, FileContents& files);  // rootCAs, certificates
base::Result<void> inline_files(model::TcpServersTransport& transport, FileContents& files);
base::Result<void> inline_files(model::ClientTls& tls, FileContents& files);
base::Result<void> inline_files(model::TlsOptions& options, FileContents& files);  // clientAuth.caFiles
// Also checks that key and certificate belong together, and takes the names from the certificate.
base::Result<model::SnapshotCertificate> load_certificate(const std::string& cert_file, const base::Secret& key_file,
                                                          FileContents& files);

}  // namespace gatehouse::discovery
