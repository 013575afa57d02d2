#include "daemon/ops/metric_text.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <sstream>

namespace wardend::ops {

struct MetricText::Impl {
  std::vector<prometheus::MetricFamily> families;

  void open(std::string name, std::string help, prometheus::MetricType type) {
    prometheus::MetricFamily family;
    family.name = std::move(name);
    family.help = std::move(help);
    family.type = type;
    families.push_back(std::move(family));
  }
  prometheus::ClientMetric& add(const Labels& labels) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : labels) metric.label.push_back({name, value});
    families.back().metric.push_back(std::move(metric));
    return families.back().metric.back();
  }
};

MetricText::MetricText() : impl_(std::make_unique<Impl>()) {}
MetricText::~MetricText() = default;

void MetricText::counter(std::string name, std::string help) {
  impl_->open(std::move(name), std::move(help), prometheus::MetricType::Counter);
}
void MetricText::gauge(std::string name, std::string help) {
  impl_->open(std::move(name), std::move(help), prometheus::MetricType::Gauge);
}
void MetricText::histogram(std::string name, std::string help) {
  impl_->open(std::move(name), std::move(help), prometheus::MetricType::Histogram);
}

void MetricText::sample(const Labels& labels, double value) {
  prometheus::ClientMetric& metric = impl_->add(labels);
  if (impl_->families.back().type == prometheus::MetricType::Counter)
    metric.counter.value = value;
  else
    metric.gauge.value = value;
}

void MetricText::sample(const Labels& labels, const DurationHistogram& value) {
  auto& histogram = impl_->add(labels).histogram;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < DurationHistogram::bounds.size(); ++i) {
    below += value.counts[i];
    histogram.bucket.push_back({below, DurationHistogram::bounds[i]});
  }
  histogram.bucket.push_back({value.count, std::numeric_limits<double>::infinity()});
  histogram.sample_count = value.count;
  histogram.sample_sum = value.sum_seconds;
}

std::string MetricText::text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, impl_->families);
  return out.str();
}

}  // namespace wardend::ops
