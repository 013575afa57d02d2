// A client's certificate and its key, for a server that wants to see one.
#pragma once

#include "base/secret.hpp"

namespace wardend::http {

// Both as PEM; both empty: the client shows none.
struct TlsIdentity {
  Secret certificate = {};
  Secret key = {};
};

}  // namespace wardend::http
