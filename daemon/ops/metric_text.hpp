// Prometheus text format from plain numbers, through the reference client's serializer. Label values are configured
// names and fixed words only: no user, patient, topic, session, URL.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/histogram.hpp"

namespace wardend::ops {

using Labels = std::vector<std::pair<std::string, std::string>>;

class MetricText {
 public:
  MetricText();
  ~MetricText();
  MetricText(const MetricText&) = delete;
  MetricText& operator=(const MetricText&) = delete;

  // Opens a family; the samples that follow belong to it. A family without a sample is still listed.
  void counter(std::string name, std::string help);
  void gauge(std::string name, std::string help);
  void histogram(std::string name, std::string help);
  void sample(const Labels& labels, double value);
  void sample(const Labels& labels, const DurationHistogram& value);

  [[nodiscard]] std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wardend::ops
