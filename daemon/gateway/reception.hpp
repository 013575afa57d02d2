// From a request's head to a request that may go: who asks and for which session, what it is, and what the guard says.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/worker.hpp"
#include "daemon/access/admission.hpp"
#include "daemon/gateway/matter.hpp"
#include "daemon/gateway/pages.hpp"
#include "daemon/judging/request_judge.hpp"

namespace wardend::gateway {

class Reception {
 public:
  static constexpr std::size_t longest_body = 4UL * 1024 * 1024;  // of a request
  static constexpr Duration patience = 8s;                        // how long a request waits for records to be read

  struct Parts {
    Clock& clock;
    access::Admission& admission;
    judging::RequestJudge& judge;
    PageStore& pages;
    Worker* parsing;  // nullptr: the loop reads large bodies
  };
  explicit Reception(const Parts& parts) : parts_(parts) {}

  // Finds caller and session; waits for a refresh where the token is nearly over. Errors: those of Admission.
  [[nodiscard]] asio::awaitable<Done> admit(Matter& matter);
  // Reads what the request is, has it judged, and takes its body. Errors: those of read_request() and RequestJudge;
  // InvalidRequest, TooLarge.
  [[nodiscard]] asio::awaitable<Done> judge(Matter& matter);
  // The caller and the session as they are now: after every wait, before whatever matters.
  [[nodiscard]] Done look_again(Matter& matter);
  // The token was refused: waits for another one. Errors: those of Admission.
  [[nodiscard]] asio::awaitable<Done> renew(Matter& matter, std::string digest);
  // Notes for the audit trail what a refused request asked for, where nobody had read that yet. Notes nothing of a
  // stranger.
  void note_words(Matter& matter) const;
  // The error as the app is told it.
  [[nodiscard]] Error told(Error error, const Matter& matter) const;

 private:
  struct Parsed;
  [[nodiscard]] asio::awaitable<Done> judge_request(Matter& matter);
  [[nodiscard]] Done read(Matter& matter);
  [[nodiscard]] Done read_page(Matter& matter);
  [[nodiscard]] asio::awaitable<Result<judging::Body>> bring_body(Matter& matter);
  [[nodiscard]] asio::awaitable<Done> bring_unasked(Matter& matter);
  [[nodiscard]] asio::awaitable<Result<judging::Body>> parse(Matter& matter);

  Parts parts_;
};

}  // namespace wardend::gateway
