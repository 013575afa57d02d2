// Pages of an answer whose addresses only the server understands: an app gets a handle, and the address stays here.
// A handle is its session's own, short-lived, and gone with a clear.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

// Where an address goes while a reply is rewritten.
// The handle of a page whose address nobody could ask for.
inline constexpr std::string_view unusable_page = "unusable";

class Pages {
 public:
  virtual ~Pages() = default;
  // A handle of base64url's letters. `url` is an address of the session's own server.
  [[nodiscard]] virtual std::string keep(std::string_view url) = 0;
};

// A search as the audit trail has it.
struct Search {
  std::string query = {};
  std::string request_id = {};
};

struct Page {
  std::string url;          // on the session's server
  fhir::FhirRequest asked;  // what it goes on with: see continued()
  Search search = {};
};

class PageStore {
 public:
  static constexpr std::size_t most_of_a_session = 64;
  static constexpr std::chrono::minutes lifetime{10};

  explicit PageStore(Random& random) : random_(random) {}

  // A new handle.
  [[nodiscard]] static std::string draw(Random& random);
  // The handle of a page; the same one for the same address, which then lives anew. The oldest of the session goes for
  // one too many.
  [[nodiscard]] std::string keep(const std::string& session, Page page, BootTime now);
  // Keeps a page under a handle that was drawn for it.
  void put(const std::string& session, std::string handle, Page page, BootTime now);
  // nullopt: there is none of that name in that session, or it is too old: the app searches again.
  [[nodiscard]] std::optional<Page> find(const std::string& session, std::string_view handle, BootTime now) const;
  // The session is over. Its addresses are freed, and with them wiped.
  void forget(const std::string& session);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Kept {
    std::string handle;
    Page page;
    BootTime until;
  };
  // Drops what is too old, of all sessions.
  void expire(BootTime now);

  Random& random_;
  std::map<std::string, std::deque<Kept>, std::less<>> sessions_;  // of each, the oldest first
};

// The pages of one reply, kept as they are found.
class PagesOfReply final : public Pages {
 public:
  struct Reply {
    std::string session;
    fhir::FhirRequest asked;
    BootTime at;
    Search search = {};
  };
  PagesOfReply(PageStore& store, Reply reply) : store_(store), reply_(std::move(reply)) {}
  [[nodiscard]] std::string keep(std::string_view url) override {
    return store_.keep(reply_.session, {.url = std::string(url), .asked = reply_.asked, .search = reply_.search},
                       reply_.at);
  }

 private:
  PageStore& store_;
  Reply reply_;
};

// Handles that are drawn beforehand, for the addresses of a reply that are found beside the loop.
class PagesAside final : public Pages {
 public:
  PagesAside(Random& random, std::size_t most);
  [[nodiscard]] std::string keep(std::string_view url) override;
  // Hands over the addresses that were found, each with its handle.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> take() { return std::move(found_); }

 private:
  std::vector<std::string> free_;
  std::vector<std::pair<std::string, std::string>> found_;
};

}  // namespace wardend::gateway
