// How a server is reached, beside its address: configuration, one for each server.
#pragma once

#include <string>

namespace wardend {

struct HttpRoute {
  std::string ca_file = {};  // PEM bundle; empty: the system's
  std::string proxy = {};    // http://host:port; empty: none, whatever the environment says
  friend bool operator==(const HttpRoute&, const HttpRoute&) = default;
};

}  // namespace wardend
