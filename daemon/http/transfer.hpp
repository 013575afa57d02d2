// One HTTP request on its way: everything that libcurl points to while it is. Internal to this folder.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "daemon/http/content_coding.hpp"
#include "daemon/http/curl_client.hpp"
#include "daemon/http/transfer_options.hpp"

namespace wardend::http {

class Transfer {
 public:
  Transfer(HttpRequest request, const CurlOptions& options, Keeping keeping = Keeping::whole);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  [[nodiscard]] CURL* easy() const { return easy_.get(); }
  [[nodiscard]] std::chrono::milliseconds timeout() const { return request_.timeout; }

  // libcurl's result code: wakes whoever waits for finished().
  void finish(int code);
  // Whether somebody still waits for it.
  [[nodiscard]] bool wanted() const { return !request_.wanted || request_.wanted(); }
  // Ends it as abandoned.
  void give_up();
  // Leaves alone connections that are older than this.
  void reuse_only_since(std::chrono::steady_clock::time_point since);
  // Looks up again what names were looked up before this.
  void remember_names_since(std::chrono::steady_clock::time_point since);
  [[nodiscard]] bool done() const { return code_.has_value(); }
  [[nodiscard]] Event& finished() { return finished_; }

  // Of a streamed one. Its event is notified, too, when the head or a part of the body has come.
  [[nodiscard]] bool has_head() const { return has_head_; }
  // Once it has come: without a body.
  [[nodiscard]] HttpResponse head();
  // From the last byte of the request to the first of the answer.
  [[nodiscard]] Duration server_took() const;
  // What waits; empty: nothing yet, or no more. Lets the server go on.
  [[nodiscard]] Secret take();
  [[nodiscard]] bool ended_well() const;

  // Once done.
  [[nodiscard]] bool succeeded() const;
  [[nodiscard]] HttpFailure failure() const;
  [[nodiscard]] HttpResponse response();

 private:
  struct EasyDeleter {
    void operator()(CURL* easy) const;
  };
  // Takes bytes of the body without their coding; false: it takes no more.
  [[nodiscard]] bool unpack(std::string_view bytes);
  void unpack_what_waits();
  [[nodiscard]] bool add(std::string_view bytes);
  [[nodiscard]] std::string content_encoding() const;
  [[nodiscard]] bool request_left() const;
  [[nodiscard]] std::string proxy_fault() const;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* transfer);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* transfer);

  void head_ended();

  HttpRequest request_;
  Keeping keeping_;
  bool has_head_ = false;
  bool paused_ = false;
  std::unique_ptr<CURL, EasyDeleter> easy_;
  HeaderLines headers_;
  std::optional<ContentCoding> coding_;  // once a body comes
  std::string packed_;                   // of a streamed body: what waits with its coding
  std::string body_;
  std::vector<std::pair<std::string, std::string>> response_headers_;
  std::size_t header_bytes_ = 0;
  std::string error_;
  bool too_large_ = false;
  bool given_up_ = false;
  std::optional<int> code_;
  Event finished_;
};

}  // namespace wardend::http
