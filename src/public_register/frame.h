// What every page of the public register has around it.
#pragma once

#include "candour/page/layout.h"
#include "candour/public_register/inputs.h"

namespace candour::public_register {

[[nodiscard]] page::Page frame_of(const Inputs& inputs);

}  // namespace candour::public_register
