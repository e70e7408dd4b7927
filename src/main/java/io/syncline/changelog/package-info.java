/**
 * The sequenced changelog: append, read, cursors, retention. Knows no protocol and no source.
 *
 * <p>What it promises: sequence versions are unique over the whole system, gapless and in commit order; an append is one
 * transaction with the stream's checkpoint and the job's progress; what did not change is not appended.
 */
package io.syncline.changelog;
