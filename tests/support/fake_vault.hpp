// A vault whose "process" may die: what it holds is handed to the next one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/vault.hpp"

namespace wardend::test {

class FakeVault final : public Vault {
 public:
  FakeVault() = default;
  // The vault of the process that comes after the one that had `before`.
  explicit FakeVault(const FakeVault& before)
      : room(before.room), records_(before.records_), next_(before.next_), last_beat_before_(before.beat_) {}
  FakeVault& operator=(const FakeVault&) = delete;

  RecordId put(RecordId before, Kind kind, std::string_view bytes) override {
    ++writes_;
    if (bytes.size() > max_record || (!records_.contains(before) && records_.size() >= room)) {
      records_.erase(before);
      return 0;
    }
    const RecordId id = records_.contains(before) ? before : next_++;
    records_[id].kind = kind;
    records_[id].bytes = bytes;
    return id;
  }
  void touch(RecordId id, BootTime now) override {
    if (const auto found = records_.find(id); found != records_.end()) found->second.touched = now;
  }
  std::optional<BootTime> touched(RecordId id) const override {
    const auto found = records_.find(id);
    return found == records_.end() ? std::nullopt : found->second.touched;
  }
  void erase(RecordId id) override { records_.erase(id); }
  void erase_all() override { records_.clear(); }
  void each(const std::function<void(RecordId, Kind, std::string_view)>& visit) override {
    const auto all = records_;
    for (const auto& [id, record] : all) visit(id, record.kind, record.bytes);
  }
  void beat(BootTime now) override { beat_ = now; }
  std::optional<BootTime> last_beat_before() const override { return last_beat_before_; }
  bool persistent() const override { return true; }
  std::size_t size() const override { return records_.size(); }
  std::uint64_t writes() const override { return writes_; }

  [[nodiscard]] std::size_t count(Kind kind) const {
    std::size_t number = 0;
    for (const auto& [id, record] : records_) number += record.kind == kind ? 1 : 0;
    return number;
  }
  // Whether any record has these bytes in it.
  [[nodiscard]] bool holds(std::string_view bytes) const {
    for (const auto& [id, record] : records_)
      if (record.bytes.contains(bytes)) return true;
    return false;
  }
  std::size_t room = 100'000;  // records

 private:
  struct Record {
    Kind kind = Kind::session;
    std::string bytes;
    std::optional<BootTime> touched;
  };
  std::map<RecordId, Record> records_;
  RecordId next_ = 1;
  std::optional<BootTime> beat_;
  std::optional<BootTime> last_beat_before_;
  std::uint64_t writes_ = 0;
};

}  // namespace wardend::test
