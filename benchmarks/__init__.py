"""Speed and memory, measured against a yardstick in the same run; absolute figures are reported and never judged."""
