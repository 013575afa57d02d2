// The records that one write refers to: those that were read, and those that must be read before there is a decision.
// Whose they are is read from them, never from the write.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/scope_exit.hpp"
#include "daemon/guard/decision.hpp"

namespace wardend::guard {

class Referred {
 public:
  // later: no record is asked for yet, as what the resource on the server refers to is not known.
  enum class Asks : std::uint8_t { now, later };
  // `read`: what was read so far, the resources that are written to among it. Both must outlive this.
  explicit Referred(const Facts& facts, std::span<const Target> read = {}, Asks asks = Asks::now)
      : facts_(facts), read_(read), standing_(read.size()), asks_(asks) {}

  // own: it is this patient's. nobodys: it is about no patient, as a device may be. unread: it, or what it is about,
  // must be read first, and is wanted from now on. unsaid: it must be about a patient and names none. too_many: there
  // is no room for one more.
  enum class Standing : std::uint8_t { own, nobodys, unread, foreign, unsaid, absent, too_many };
  [[nodiscard]] Standing of(std::string_view type, std::string_view id);
  // The same, but one that the resource on the server refers to already need not be read.
  [[nodiscard]] Standing brought(std::string_view type, std::string_view id);
  // What `stored`, which is on the server and this patient's, refers to is not brought by the write, as long as the
  // result lives.
  [[nodiscard]] auto keep(const nlohmann::json& stored) {
    note(stored);
    return ScopeExit([this] { kept_.clear(); });
  }

  // What was asked for and is not read; at most `most_targets` together with what is.
  [[nodiscard]] const std::vector<Wanted>& wanted() const { return wanted_; }

 private:
  void note(const nlohmann::json& stored);
  [[nodiscard]] Standing standing_of(const Target& target);
  [[nodiscard]] Standing standing_by_subject(const nlohmann::json& record);

  const Facts& facts_;
  std::span<const Target> read_;
  std::vector<std::optional<Standing>> standing_;  // of each that was read, once somebody asked
  const Asks asks_;
  bool follows_ = false;  // a record that is about records is being judged: what it is about is not followed further
  std::vector<Wanted> kept_;
  std::vector<Wanted> wanted_;
};

}  // namespace wardend::guard
