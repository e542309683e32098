#include "train/loop/ranks.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <torch/types.h>
#include <torch/version.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
// Each defines something only where CMake found the library's headers (train/CMakeLists.txt).
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"

namespace s2m::train {
namespace {

#if TORCH_VERSION_MAJOR >= 2
using Backend = c10d::Backend;
#else
using Backend = c10d::ProcessGroup;
#endif

constexpr std::chrono::minutes kWaitForAll{10};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

int number_in_environment(const char* name, int least, int most) {
  const std::string text = environment(name);
  int value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    throw Error("environment: " + std::string(name), "not what torchrun sets",
                fmt::format("a number from {} to {}", least, most), text.empty() ? "nothing" : text);
  return value;
}

// The address by which this host reaches the first process's: others reach it by the same.
[[maybe_unused]] std::string own_address(const Launch& launch) {
  const auto unreachable = [&] {
    return Error(ErrorKind::kSystem, "environment: MASTER_ADDR", "cannot be reached", {}, launch.master);
  };
  addrinfo hints{}, *first = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  if (getaddrinfo(launch.master.c_str(), std::to_string(launch.port).c_str(), &hints, &first) != 0)
    throw unreachable();
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> found(first, freeaddrinfo);
  const int socket = ::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  auto* address = reinterpret_cast<sockaddr*>(&own);
  char text[NI_MAXHOST];
  const bool known = connect(socket, found->ai_addr, found->ai_addrlen) == 0 &&
                     getsockname(socket, address, &size) == 0 &&
                     getnameinfo(address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0;
  close(socket);
  if (!known) throw unreachable();
  return text;
}

// Under torchrun its agent serves the store, and a restart finds the keys of the attempts before it.
[[maybe_unused]] c10::intrusive_ptr<c10d::Store> open_store(const Launch& launch) {
  const bool agents = environment("TORCHELASTIC_USE_AGENT_STORE") == "True";
  c10d::TCPStoreOptions options;
  options.port = launch.port;
  options.isServer = launch.rank == 0 && !agents;
  if (!agents) options.numWorkers = static_cast<std::size_t>(launch.size);
  options.timeout = kWaitForAll;
  const auto store = c10::make_intrusive<c10d::TCPStore>(launch.master, options);
  if (!agents) return store;
  return c10::make_intrusive<c10d::PrefixStore>("story2midi/" + environment("TORCHELASTIC_RESTART_COUNT"),
                                                store);
}

c10::intrusive_ptr<Backend> open_backend([[maybe_unused]] const Launch& launch, c10::Device device,
                                         [[maybe_unused]] std::chrono::milliseconds timeout) {
#ifdef USE_C10D_NCCL
  if (device.is_cuda()) {
    setenv("TORCH_NCCL_BLOCKING_WAIT", "1", 0);  // a lost process is an exception, not the end
    const auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = timeout;
    return c10::make_intrusive<c10d::ProcessGroupNCCL>(open_store(launch), launch.rank, launch.size, options);
  }
#endif
#ifdef USE_C10D_GLOO
  if (device.is_cpu()) {
    using Gloo = c10d::ProcessGroupGloo;
    const auto options = Gloo::Options::create(timeout);
    const std::string interface = environment("GLOO_SOCKET_IFNAME");
    options->devices.push_back(interface.empty() ? Gloo::createDeviceForHostname(own_address(launch))
                                                 : Gloo::createDeviceForInterface(interface));
    return c10::make_intrusive<Gloo>(open_store(launch), launch.rank, launch.size, options);
  }
#endif
  throw Error(ErrorKind::kUnsupported, "environment: WORLD_SIZE",
              "this program was built without c10d for the device", device.is_cpu() ? "Gloo" : "NCCL",
              "neither its headers nor its library");
}

std::string name_of(const Launch& launch) { return fmt::format("rank {} of {}", launch.rank, launch.size); }

}  // namespace

struct Ranks::Group {
  std::string name;
  c10::Device device;
  c10::intrusive_ptr<Backend> backend;
  bool lost = false;

  // Starts an operation and waits for its end.
  template <class Start>
  void wait(const Start& start) {
    try {
      start()->wait();
    } catch (const std::exception&) {
      lost = true;
      throw Error(ErrorKind::kSystem, name,
                  "another process has ended or does not answer; start all again with --resume");
    }
  }
};

Launch launch_from_environment() {
  if (environment("WORLD_SIZE").empty()) return {};
  Launch launch;
  launch.size = number_in_environment("WORLD_SIZE", 1, 4096);
  if (launch.size == 1) return launch;
  launch.rank = number_in_environment("RANK", 0, launch.size - 1);
  if (!environment("LOCAL_RANK").empty())
    launch.local_rank = number_in_environment("LOCAL_RANK", 0, launch.rank);
  launch.port = static_cast<std::uint16_t>(number_in_environment("MASTER_PORT", 1, 65535));
  launch.master = environment("MASTER_ADDR");
  if (launch.master.empty())
    throw Error("environment: MASTER_ADDR", "not what torchrun sets", "the host of rank 0", "nothing");
  return launch;
}

Ranks::Ranks(const Launch& launch, c10::Device device, std::chrono::milliseconds timeout)
    : rank_(launch.rank), size_(launch.size) {
  if (size_ == 1) return;
  try {
    group_ = std::make_shared<Group>(Group{name_of(launch), device, open_backend(launch, device, timeout)});
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    throw Error(ErrorKind::kSystem, name_of(launch), "the processes did not all meet",
                fmt::format("{} at {}:{}", size_, launch.master, launch.port));
  }
}

bool Ranks::lost() const { return group_ && group_->lost; }

void Ranks::sum(at::Tensor values) const {
  if (!group_) return;
  // Each process adds one stretch of the numbers and gives the others its sum: no more is sent than in a ring.
  const std::int64_t stretch = (values.numel() + size_ - 1) / size_;
  at::Tensor mine = at::zeros({size_, stretch}, values.options()), theirs = at::empty_like(mine);
  mine.view(-1).narrow(0, 0, values.numel()).copy_(values.view(-1));
  std::vector<std::int64_t> even;
  group_->wait([&] { return group_->backend->alltoall_base(theirs, mine, even, even); });
  std::vector<at::Tensor> added{theirs[0]};
  for (int rank = 1; rank < size_; ++rank) added[0].add_(theirs[rank]);
  std::vector<std::vector<at::Tensor>> all{mine.unbind()};
  group_->wait([&] { return group_->backend->allgather(all, added); });
  values.view(-1).copy_(mine.view(-1).narrow(0, 0, values.numel()));
}

void Ranks::share(at::Tensor values) const {
  if (!group_) return;
  std::vector<at::Tensor> one{values};
  group_->wait([&] { return group_->backend->broadcast(one); });
}

template <class Operation>
void Ranks::on_tensor(std::vector<double>& values, const Operation& operation) const {
  if (!group_) return;
  const at::Tensor tensor = torch::tensor(values, torch::kFloat64).to(group_->device);
  operation(tensor);
  const at::Tensor result = tensor.cpu();
  values.assign(result.data_ptr<double>(), result.data_ptr<double>() + result.numel());
}

void Ranks::sum(std::vector<double>& values) const {
  on_tensor(values, [this](const at::Tensor& tensor) { sum(tensor); });
}

void Ranks::share(std::vector<double>& values) const {
  on_tensor(values, [this](const at::Tensor& tensor) { share(tensor); });
}

bool Ranks::any(bool value) const {
  std::vector<double> count{value ? 1.0 : 0.0};
  sum(count);
  return count[0] > 0;
}

void Ranks::expect_same(std::string_view what, const std::string& text) const {
  const std::uint64_t own = checksum_of(text);
  std::vector<double> halves{static_cast<double>(own >> 32), static_cast<double>(own & 0xffffffff)};
  const std::vector<double> ours = halves;
  share(halves);
  if (halves != ours) throw Error(group_->name, "other " + std::string(what) + " than rank 0", {}, text);
}

}  // namespace s2m::train
