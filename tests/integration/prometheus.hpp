// Debian's own Prometheus and node_exporter, as a hospital runs them: asked every second, with the rules of
// monitoring/.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/site.hpp"

namespace wardend::test {

// Whether both are installed: script/bootstrap does that.
[[nodiscard]] bool has_prometheus();

class Prometheus {
 public:
  // A server that asks `targets` ("job", port), or takes what an agent sends; with the rules, whose `for:` is a second
  // so that a test sees them through; or an agent that sends all it asks to `remote`.
  struct Options {
    std::vector<std::pair<std::string, std::uint16_t>> targets = {};
    enum class Mode { server, receiver, agent } mode = Mode::server;
    std::string remote = {};  // the receiver's address
  };
  Prometheus(const Site& site, const Options& options);

  [[nodiscard]] const std::string& address() const { return address_; }
  // The values of a query's result; one of NaN is left out.
  [[nodiscard]] std::vector<double> values(const std::string& query) const;
  // Whether the query has this value in the end, and nothing else.
  [[nodiscard]] bool shows(const std::string& query, double value) const;
  // Whether it has no result in the end.
  [[nodiscard]] bool shows_nothing(const std::string& query) const;
  // The alerts that fire, each as NAME or NAME of SERVER or APP.
  [[nodiscard]] std::set<std::string> firing() const;
  // Whether just these alerts fire in the end.
  [[nodiscard]] bool fires(const std::set<std::string>& alerts) const;

 private:
  [[nodiscard]] nlohmann::json ask(const std::string& path) const;
  std::string address_;
  std::unique_ptr<Child> server_;
};

// node_exporter with its textfile collector alone, over one folder.
class NodeExporter {
 public:
  NodeExporter(const Site& site, const std::filesystem::path& folder);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string text() const;

 private:
  std::uint16_t port_;
  std::unique_ptr<Child> server_;
};

}  // namespace wardend::test
