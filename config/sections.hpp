// One function a part of wardend.toml. Each fills its part of the model and notes every fault.
#pragma once

#include <string>

#include "config/document.hpp"
#include "config/findings.hpp"
#include "config/model.hpp"

namespace wardend::config {

// Each reads one part of the file. Faults go to `findings`; what is faulty keeps its default.
void read_broker(const Node& table, const std::string& file, Findings& findings, Broker& broker);
void read_roles(const Node& table, const std::string& file, Findings& findings, Roles& roles);
void read_audit(const Node& table, const std::string& file, Findings& findings, Audit& audit);
[[nodiscard]] Server read_server(const Node& table, const std::string& file, Findings& findings);
[[nodiscard]] App read_app(const Node& table, const std::string& file, const Broker& broker, Findings& findings);
[[nodiscard]] Identifier read_identifier(const Node& table, const std::string& file, Findings& findings);

// After all files are read: what one entry says of another.
void check_app(const Config& config, const App& app, const Place& place, Findings& findings);

// Asks the directory for the numbers behind a rule's names. Blocking.
void resolve_peer(Peer& peer, const Place& place, Findings& findings);
void resolve_roles(Roles& roles, const Place& place, Findings& findings);

}  // namespace wardend::config
