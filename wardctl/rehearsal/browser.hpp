// A browser without a screen: HTTP with cookies, on this machine alone. It follows redirects and sends the form of a
// page as a browser does, and never leaves 127.0.0.1.
#pragma once

#include <memory>
#include <string>

namespace wardend::wardctl {

class HeadlessBrowser {
 public:
  // What came at the end of all redirects.
  struct Reply {
    int status = 0;  // 0: no answer; `trouble` says why
    std::string body = {};
    std::string trouble = {};
  };

  HeadlessBrowser();
  HeadlessBrowser(const HeadlessBrowser&) = delete;
  HeadlessBrowser& operator=(const HeadlessBrowser&) = delete;
  ~HeadlessBrowser();

  // Opens an address as a person does who clicks on a link, and goes wherever the answers lead.
  [[nodiscard]] Reply open(const std::string& address);
  // One request with a JSON body, or none; no redirect is followed.
  [[nodiscard]] Reply send(const std::string& method, const std::string& address, const std::string& json = {});
  // As a browser that was never used: the cookies go.
  void forget();

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace wardend::wardctl
