// Counters before their first event: a series that begins at 1 hides that event from increase(). Each count is given
// back with a zero for every app and server of the configuration and every fixed word that has none yet. Pure.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "config/model.hpp"

namespace wardend::ops {

using FixedWords = std::initializer_list<std::string_view>;
using Words2 = std::pair<std::string, std::string>;
using Words3 = std::tuple<std::string, std::string, std::string>;
using Words4 = std::tuple<std::string, std::string, std::string, std::string>;
template <typename Key>
using Counts = std::map<Key, std::uint64_t>;

// By app, or by server.
[[nodiscard]] Counts<std::string> for_apps(const config::Config& config, Counts<std::string> counts);
[[nodiscard]] Counts<std::string> for_servers(const config::Config& config, Counts<std::string> counts);
// By app and word.
[[nodiscard]] Counts<Words2> for_apps(const config::Config& config, Counts<Words2> counts, FixedWords words);
// By app and a word of each.
struct FixedPairs {
  FixedWords first;
  FixedWords second;
};
[[nodiscard]] Counts<Words3> for_apps(const config::Config& config, Counts<Words3> counts, FixedPairs words);
// By server, then by result.
using Results = std::map<std::string, std::map<std::string, std::uint64_t>>;
[[nodiscard]] Results for_servers(const config::Config& config, Results counts, FixedWords words);
// By app and each of its servers; with a word; with the modes in which the app may be launched there and a word.
[[nodiscard]] Counts<Words2> for_pairs(const config::Config& config, Counts<Words2> counts);
[[nodiscard]] Counts<Words3> for_pairs(const config::Config& config, Counts<Words3> counts, FixedWords words);
[[nodiscard]] Counts<Words4> for_launches(const config::Config& config, Counts<Words4> counts, FixedWords words);

}  // namespace wardend::ops
