// One function a part of wardend.toml. Each fills its part of the model and notes every fault.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "config/document.hpp"
#include "config/findings.hpp"
#include "config/model.hpp"
#include "config/table_reader.hpp"

namespace wardend::config {

// Each reads one part of the file. Faults go to `findings`; what is faulty keeps its default.
void read_broker(const Node& table, const std::string& file, Findings& findings, Broker& broker);
void read_roles(const Node& table, const std::string& file, Findings& findings, Roles& roles);
void read_audit(const Node& table, const std::string& file, Findings& findings, Audit& audit);
// Of [audit]: where the trail goes from this machine.
void read_forwarding(TableReader& reader, Audit& audit);
[[nodiscard]] Server read_server(const Node& table, const std::string& file, Findings& findings);
[[nodiscard]] App read_app(const Node& table, const std::string& file, const Broker& broker, Findings& findings);
// Every [[app.scope]] below [[app]], with what they lack altogether. After the app's identity is read.
void read_scopes(TableReader& app_table, const std::string& file, Findings& findings, App& app);
[[nodiscard]] Identifier read_identifier(const Node& table, const std::string& file, Findings& findings);

// Of a text that people read in a paragraph, in characters.
inline constexpr std::size_t longest_text = 2000;

// Where an [[app]] stands, and its list of servers.
struct AppPlaces {
  Place table;
  Place servers;
};
// After all files are read: what one entry says of another, and what all of them lack.
void check_app(const Config& config, const App& app, const AppPlaces& places, Findings& findings);
void check_server(const Config& config, const Server& server, const Place& place, Findings& findings);
// Entries that are one thing, or are taken for one, though they are spelt differently. By name, where each stands.
using EntryPlaces = std::map<std::string, Place>;
void check_likeness(const Config& config, const EntryPlaces& servers, const EntryPlaces& apps, Findings& findings);
void check_whole(const Config& config, const Place& first, Findings& findings);

// Asks the directory for the numbers behind a rule's names. Blocking.
void resolve_peer(Peer& peer, const Place& place, Findings& findings);
void resolve_roles(Roles& roles, const Place& place, Findings& findings);

}  // namespace wardend::config
