// The processes that train one model together, on one host or on several, over c10d: Gloo on CPUs, NCCL on GPUs. Each
// is known by its rank; rank 0 is the first, and the only one that writes files.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace s2m::train {

// Which of the processes this is, and where they meet.
struct Launch {
  int rank = 0;
  int size = 1;        // processes on all hosts
  int local_rank = 0;  // among those of this host
  std::string master;  // host of rank 0
  std::uint16_t port = 0;
};

// From RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT, as torchrun sets them; without WORLD_SIZE, one
// process. Throws Error for values that are missing or do not fit.
Launch launch_from_environment();

class Ranks {
 public:
  Ranks() = default;  // one process by itself: every operation returns at once
  // Waits, ten minutes at most, until all processes have come. `timeout` is the longest wait for another in each
  // operation. Throws Error of kind kUnsupported where this LibTorch lacks the backend.
  Ranks(const Launch& launch, c10::Device device, std::chrono::milliseconds timeout);

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }

  // All processes must call the following in the same order. They throw Error when another process has ended or does
  // not answer in time; lost() is true from then on.

  // Adds contiguous tensors of one shape in the order of the ranks: ((0 + 1) + 2) + ... All get the same bits.
  void sum(at::Tensor values) const;
  void sum(std::vector<double>& values) const;
  bool any(bool value) const;
  // Gives all processes the first one's.
  void share(at::Tensor values) const;
  void share(std::vector<double>& values) const;
  // Throws Error on each process whose text differs from the first one's.
  void expect_same(std::string_view what, const std::string& text) const;

  bool lost() const;

 private:
  struct Group;
  template <class Operation>
  void on_tensor(std::vector<double>& values, const Operation& operation) const;

  int rank_ = 0, size_ = 1;
  std::shared_ptr<Group> group_;  // none: one process
};

}  // namespace s2m::train
