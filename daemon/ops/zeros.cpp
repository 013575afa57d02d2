#include "daemon/ops/zeros.hpp"

namespace wardend::ops {

Counts<std::string> for_apps(const config::Config& config, Counts<std::string> counts) {
  for (const config::App& app : config.apps) counts.try_emplace(app.id, 0U);
  return counts;
}

Counts<std::string> for_servers(const config::Config& config, Counts<std::string> counts) {
  for (const config::Server& server : config.servers) counts.try_emplace(server.name, 0U);
  return counts;
}

Counts<Words2> for_apps(const config::Config& config, Counts<Words2> counts, FixedWords words) {
  for (const config::App& app : config.apps)
    for (const std::string_view word : words) counts.try_emplace({app.id, std::string(word)}, 0U);
  return counts;
}

Counts<Words3> for_apps(const config::Config& config, Counts<Words3> counts, FixedPairs words) {
  for (const config::App& app : config.apps)
    for (const std::string_view first : words.first)
      for (const std::string_view second : words.second)
        counts.try_emplace({app.id, std::string(first), std::string(second)}, 0U);
  return counts;
}

Results for_servers(const config::Config& config, Results counts, FixedWords words) {
  for (const config::Server& server : config.servers)
    for (const std::string_view word : words) counts[server.name].try_emplace(std::string(word), 0U);
  return counts;
}

Counts<Words2> for_pairs(const config::Config& config, Counts<Words2> counts) {
  for (const config::App& app : config.apps)
    for (const std::string& server : app.servers) counts.try_emplace({app.id, server}, 0U);
  return counts;
}

Counts<Words3> for_pairs(const config::Config& config, Counts<Words3> counts, FixedWords words) {
  for (const config::App& app : config.apps)
    for (const std::string& server : app.servers)
      for (const std::string_view word : words) counts.try_emplace({app.id, server, std::string(word)}, 0U);
  return counts;
}

Counts<Words4> for_launches(const config::Config& config, Counts<Words4> counts, FixedWords words) {
  for (const config::App& app : config.apps)
    for (const std::string& server : app.servers)
      for (const std::string_view word : words) {
        if (app.launch_ehr) counts.try_emplace({app.id, server, "ehr", std::string(word)}, 0U);
        if (app.launch_standalone) counts.try_emplace({app.id, server, "standalone", std::string(word)}, 0U);
      }
  return counts;
}

}  // namespace wardend::ops
