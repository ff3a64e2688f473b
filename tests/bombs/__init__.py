# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
