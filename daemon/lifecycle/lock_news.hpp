// What lock sources tell, and who acts on it, in this order. It decides nothing.
#pragma once

#include <string>
#include <string_view>

#include "base/lock_source.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/lifecycle/restorer.hpp"
#include "daemon/lifecycle/sleep_sequence.hpp"
#include "daemon/workstation/workstation.hpp"

namespace wardend::lifecycle {

class LockNews final : public LockListener {
 public:
  LockNews(clearing::Clearing& clearing, workstation::Workstation& workstation, lifecycle::Restorer& restorer,
           SleepSequence& sleep_sequence)
      : clearing_(clearing), workstation_(workstation), restorer_(restorer), sleep_sequence_(sleep_sequence) {}

  void must_clear(const ClearFact& fact) override { clearing_.must_clear(fact); }
  void picture_changed(std::string_view login_session) override {
    workstation_.read_picture(login_session);
    restorer_.sources_read();
  }
  void unlock_seen(std::string_view login_session) override { workstation_.unlock_seen(std::string(login_session)); }
  [[nodiscard]] asio::awaitable<void> emptied(BootTime until) override { return sleep_sequence_.empty(until); }

 private:
  clearing::Clearing& clearing_;
  workstation::Workstation& workstation_;
  lifecycle::Restorer& restorer_;
  SleepSequence& sleep_sequence_;
};

}  // namespace wardend::lifecycle
