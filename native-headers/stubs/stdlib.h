/* Stands in for the platform's <stdlib.h>, whose div_t and the like must not reach the bindings; see stdint.h. */
#pragma once

#include "stddef.h"
