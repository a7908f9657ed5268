#pragma once

/// The commit that the program was built from, with a + behind it when the tree had changes; empty when unknown.
const char *lamella_commit(void);
