// What OpenSSL and we read from the system's files for TLS: OpenSSL's configuration, and the authorities that the
// system trusts. A process that will not be able to open files reads them first.
#pragma once

struct x509_store_st;

namespace gatehouse::tls {

// At the start of the process, before its first thread. The authorities are those of this moment for the process's
// whole life; one that goes on opening files sees newer ones.
void read_system_files();

// Trusts the system's authorities.
void trust_system(x509_store_st* store);

}  // namespace gatehouse::tls
