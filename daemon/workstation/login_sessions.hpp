// The login sessions and their running epochs. Something sets a login session apart: then it has a state of its own.
// All others that are named by a user share one state, so that whoever only connects costs no memory. What a state
// means, and when an epoch ends, is Workstation's to know.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/workstation/login_session_state.hpp"

namespace wardend::workstation {

class LoginSessions {
 public:
  using Apart = std::unordered_map<std::string, LoginSessionState>;

  LoginSessions();

  // Its own state, or that which it shares. nullptr: nothing is known of that login session.
  [[nodiscard]] const LoginSessionState* find(const std::string& login_session) const;
  [[nodiscard]] const LoginSessionState& common() const { return common_; }
  [[nodiscard]] LoginSessionState& common() { return common_; }
  [[nodiscard]] const Apart& apart() const { return apart_; }
  [[nodiscard]] Apart& apart() { return apart_; }
  [[nodiscard]] std::vector<std::string> names_apart() const;
  // How many of those that are apart are named by a user.
  [[nodiscard]] std::size_t users_apart() const;

  struct Own {
    LoginSessionState& state;
    bool is_new;  // so far it says what all others of its kind share
  };
  // Gives it a state of its own, if it has none.
  Own set_apart(const std::string& login_session);
  // Puts one that is apart back among the others, or forgets it where no user is in its name. Ends `state`.
  void forget(const LoginSessionState& state);
  // Puts a state back as it was before this process began.
  void put(LoginSessionState state);

  // 0: nothing is known of that login session.
  [[nodiscard]] EpochNumber epoch_of(const std::string& login_session) const;
  [[nodiscard]] bool running(EpochNumber number) const;
  // The login session of a running epoch that is apart; nullptr: it is not.
  [[nodiscard]] const std::string* apart_in(EpochNumber number) const;
  // Begins the next epoch of one that is apart, or of those that share a state.
  void begin_next(LoginSessionState& state);

  // The place of the last clear or beginning, and the next one.
  [[nodiscard]] Order last() const { return order_; }
  [[nodiscard]] Order take_next() { return ++order_; }

 private:
  [[nodiscard]] EpochNumber begin_epoch(const std::string& login_session);

  Order order_ = 0;
  LoginSessionState common_;  // of all that are named by a user and not apart
  Apart apart_;
  std::unordered_map<EpochNumber, std::string> running_;  // epochs of apart_
};

}  // namespace wardend::workstation
