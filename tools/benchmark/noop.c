// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The program that does nothing: what is left of its time is the launcher's.
int main(void) { return 0; }
