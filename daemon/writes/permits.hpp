// Permits to write: one a session, for one write. It ends when the outcome is recorded, with the next permit of its
// session, with its session, or by its time; where no outcome was recorded, that is told.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "daemon/clearing/permits_given.hpp"
#include "daemon/session/session.hpp"
#include "daemon/writes/write_record.hpp"

namespace wardend::writes {

class Permits final : public clearing::PermitsGiven {
 public:
  static constexpr Duration life = 30s;           // in which the write must be sent
  static constexpr Duration record_within = 60s;  // in which its outcome must be recorded, counted from the same moment

  Permits(Clock& clock, Random& random, WriteRecord& record) : clock_(clock), random_(random), record_(record) {}

  // The session's only permit from now on. One that was open is told of as replaced.
  [[nodiscard]] const Permit& give(const session::Session& session, WriteWords write);
  // Ends the permit, and returns it: its outcome is known. `owns`: whether the caller may name what is of somebody.
  // InvalidRequest: it has no such open permit; it was used, replaced, ended by a clear, or is too old.
  [[nodiscard]] Result<Permit> take(const std::string& id,
                                    const std::function<bool(const workstation::Ownership&)>& owns);
  void end(const session::Session& session, ClearReason reason) override;

  // Tells of permits whose time is over: runs until cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  [[nodiscard]] std::size_t open() const { return permits_.size(); }

 private:
  void forget(const std::string& session, std::string_view why);
  [[nodiscard]] BootTime next_end() const;

  Clock& clock_;
  Random& random_;
  WriteRecord& record_;
  std::map<std::string, Permit> permits_;  // by session
  Event given_;
};

}  // namespace wardend::writes
