// A server whose CapabilityStatement has 15 MB, and an app that needs something of it.
#pragma once

#include <filesystem>
#include <string>

#include "tests/integration/child.hpp"
#include "tests/integration/site.hpp"

namespace wardend::bench {

class StatementServer {
 public:
  // `folder` holds what it serves.
  explicit StatementServer(const std::filesystem::path& folder);
  // [[server]] "big" and [[app]] "reader", whose browser comes back to `redirect_uri`.
  [[nodiscard]] std::string configuration(const std::string& redirect_uri) const;

 private:
  [[nodiscard]] std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::uint16_t port_ = test::free_port();
  test::Child server_;
};

}  // namespace wardend::bench
