// The requests that are under way, by session: so that a clear ends them.
#pragma once

#include <cstddef>
#include <list>
#include <string>

#include "daemon/clearing/open_streams.hpp"
#include "daemon/gateway/client.hpp"
#include "daemon/gateway/pages.hpp"

namespace wardend::gateway {

class Exchanges final : public clearing::OpenStreams {
 public:
  explicit Exchanges(PageStore& pages) : pages_(pages) {}

  // One request, for as long as it lives.
  class Exchange {
   public:
    Exchange(Exchanges& all, std::string session, Client& client);
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    ~Exchange();

   private:
    friend class Exchanges;
    Exchanges& all_;
    std::string session_;
    Client& client_;
    std::list<Exchange*>::iterator at_;
  };

  // The session's pages are forgotten, too.
  void cut(const session::Session& session) override;
  [[nodiscard]] std::size_t under_way() const { return exchanges_.size(); }

 private:
  PageStore& pages_;
  std::list<Exchange*> exchanges_;
};

}  // namespace wardend::gateway
