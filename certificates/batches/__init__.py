"""Jobs for the certificates of many: whose may be taken, and the files they become."""
