/* version - of this program; one place for the commands, the API and the start line. */
#pragma once

#define CONVENE_VERSION "0.1.0"
