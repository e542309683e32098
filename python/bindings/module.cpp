#include "python/bindings/module.h"

#include "story2midi/base/version.h"
#include "story2midi/nn/kernels/kernels.h"

namespace nb = nanobind;

NB_MODULE(_core, module) {
  using namespace s2m::python;
  module.doc() = "The C++ library, as the package story2midi wraps it. Use the package.";
  module.attr("version") = nb::str(s2m::version().data(), s2m::version().size());
  module.attr("commit") = nb::str(s2m::commit().data(), s2m::commit().size());
  module.attr("kernels") = s2m::kernels().name;
  bind_errors(module);
  bind_reading(module);
  bind_options(module);
  bind_studio(module);
  bind_piece(module);
  bind_judge(module);
}
