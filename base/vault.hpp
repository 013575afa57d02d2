// Seam: what must outlast a crash of this process, and nothing else. Records of bytes that are written before anything
// is published and erased before anything is announced. systemd/vault.hpp implements it over memory that the service
// manager keeps; without one the records are gone with the process. Not a store to read from: the living truth is in
// the modules, and what lies here is read once, after a restart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace wardend {

class Vault {
 public:
  using RecordId = std::uint64_t;  // never reused while the vault lives; 0 is none
  enum class Kind : std::uint16_t { session = 1, login_session = 2, parked_work = 3, server = 4, launch_values = 5 };
  // Of one record.
  static constexpr std::size_t max_record = 128UL * 1024;

  virtual ~Vault() = default;

  // Writes a record whole, in place of `before` (0: a new one); after a crash in between the old one stands. Returns
  // its id: `before`, or a new one. 0: it does not fit or the vault is full; `before` is erased then, so that nothing
  // old comes back in its place.
  [[nodiscard]] virtual RecordId put(RecordId before, Kind kind, std::string_view bytes) = 0;
  // Notes when a record was last used, without writing it again: cheap enough for every call.
  virtual void touch(RecordId /*id*/, BootTime /*now*/) {}
  [[nodiscard]] virtual std::optional<BootTime> touched(RecordId /*id*/) const { return std::nullopt; }
  // Wipes a record. An id that is not there is no error.
  virtual void erase(RecordId id) = 0;
  // Wipes all of them.
  virtual void erase_all() = 0;

  // What the process before this one left, by id. `visit` may erase the record that it is shown.
  virtual void each(const std::function<void(RecordId, Kind, std::string_view)>& visit) = 0;

  // This process is alive and its loop turns. After a restart the time since the last beat is how long nobody watched.
  virtual void beat(BootTime now) = 0;
  // The last beat of the process before this one; nullopt: there was none in this boot.
  [[nodiscard]] virtual std::optional<BootTime> last_beat_before() const = 0;

  // Whether a restart brings the records back.
  [[nodiscard]] virtual bool persistent() const = 0;
  // Records that lie here now, and how many were written so far.
  [[nodiscard]] virtual std::size_t size() const = 0;
  [[nodiscard]] virtual std::uint64_t writes() const = 0;
};

}  // namespace wardend
