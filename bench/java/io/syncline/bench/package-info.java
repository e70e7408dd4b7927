/**
 * Measures what Syncline promises as ratios: each of its workloads beside the plainest program that does the same, in turn, in one run.
 * Run by the command in docs/performance.md; no part of the tests.
 */
package io.syncline.bench;
