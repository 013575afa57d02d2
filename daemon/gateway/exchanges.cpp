#include "daemon/gateway/exchanges.hpp"

#include <utility>

namespace wardend::gateway {

Exchanges::Exchange::Exchange(Exchanges& all, std::string session, Client& client)
    : all_(all), session_(std::move(session)), client_(client) {
  at_ = all_.exchanges_.insert(all_.exchanges_.end(), this);
}

Exchanges::Exchange::~Exchange() { all_.exchanges_.erase(at_); }

void Exchanges::cut(const session::Session& session) {
  pages_.forget(session.id);
  for (Exchange* exchange : exchanges_)
    if (exchange->session_ == session.id) exchange->client_.cut();
}

}  // namespace wardend::gateway
