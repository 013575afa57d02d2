// A server's answer on its way to the app: as it comes, or read as a whole, judged, and its addresses turned.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/random.hpp"
#include "base/worker.hpp"
#include "config/model.hpp"
#include "daemon/gateway/answer_faults.hpp"
#include "daemon/gateway/client.hpp"
#include "daemon/gateway/pages.hpp"
#include "daemon/gateway/refusal.hpp"
#include "daemon/gateway/reply_head.hpp"
#include "daemon/judging/request_judge.hpp"

namespace wardend::gateway {

class Relay {
 public:
  // Of an answer that is read as a whole, and of all of them at a time.
  static constexpr std::size_t longest_whole = longest_whole_answer;
  static constexpr std::size_t most_held = 32UL * 1024 * 1024;

  struct Parts {
    Clock& clock;
    judging::RequestJudge& judge;
    PageStore& pages;
    Random& random;
    Worker* parsing;  // nullptr: the loop reads large answers
  };
  explicit Relay(const Parts& parts) : parts_(parts) {}

  // What is answered, and to whom.
  struct Order {
    const judging::Question& question;
    const Secret& token;  // that the server knows, and the app must not
    Search search = {};   // what a page of the answer goes on with, as the audit trail has it
    const config::Server& server;
    const std::string& address;  // that was asked, there
    bool inspect = false;        // the guard judges the answer
    bool warn = false;           // what it refuses is noted and passes
    bool head_only = false;
    bool asks_for_change = false;  // a 304 of the server's answers it
    std::string known = {};        // the versions that the app has, where wardend is who compares them
    Fields more = {};              // headers of every answer
    // Whether the session may still have it, asked before the first byte goes.
    std::function<std::expected<void, Refusal>()> still;
  };
  struct Passed {
    int status = 0;
    std::uint64_t bytes = 0;
    bool whole = true;          // the app got it to its end
    std::string location = {};  // what the server called what was written
    std::string note = {};      // for the record
  };
  // A refusal: nothing was sent, and the app gets that instead.
  [[nodiscard]] asio::awaitable<std::expected<Passed, Refusal>> pass_on(std::unique_ptr<HttpStream> stream,
                                                                        Client& client, Order order);

 private:
  // What stands in the head of it is judged then.
  [[nodiscard]] asio::awaitable<std::expected<Passed, Refusal>> pass_by_kind(std::unique_ptr<HttpStream> stream,
                                                                             Client& client, const Order& order);
  struct Read;
  struct Held;
  using Text = std::shared_ptr<std::string>;
  [[nodiscard]] asio::awaitable<std::expected<Passed, Refusal>> stream_on(std::unique_ptr<HttpStream> stream,
                                                                          Client& client, const Order& order);
  [[nodiscard]] asio::awaitable<void> stream_parts(HttpStream& stream, Secret first, Client& client, const Order& order,
                                                   Passed& passed);
  [[nodiscard]] asio::awaitable<std::expected<Passed, Refusal>> pass_whole(std::unique_ptr<HttpStream> stream,
                                                                           Client& client, const Order& order);
  [[nodiscard]] asio::awaitable<Passed> pass_head(Client& client, const HttpResponse& head, const Order& order,
                                                  Passed passed);
  [[nodiscard]] asio::awaitable<std::expected<Text, Refusal>> collect(HttpStream& stream, const Order& order,
                                                                      Held& held);
  [[nodiscard]] asio::awaitable<std::expected<std::string, Refusal>> judge_security(const HttpResponse& head,
                                                                                    const Order& order);
  [[nodiscard]] asio::awaitable<std::expected<std::string, Refusal>> judge(const judging::Question& question,
                                                                           int status, judging::Body body,
                                                                           const Order& order);
  [[nodiscard]] static Read read_answer(std::string_view text, const fhir::FhirRequest& request, const Secret& token);
  // Whether so much is read beside the loop, which is a wait.
  [[nodiscard]] bool goes_aside(std::size_t bytes) const {
    return parts_.parsing != nullptr && bytes > most_json_on_loop;
  }
  [[nodiscard]] asio::awaitable<Read> read_aside(Text text, const Order& order);
  [[nodiscard]] asio::awaitable<void> free_aside(Read read);
  [[nodiscard]] asio::awaitable<std::expected<std::string, std::string>> turn_links(Text text, const Order& order);
  [[nodiscard]] ReplyHead head_of(const HttpResponse& head, const Order& order);

  Parts parts_;
  std::size_t held_ = 0;  // bytes of answers that are read as a whole, now
};

}  // namespace wardend::gateway
