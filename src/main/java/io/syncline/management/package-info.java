/**
 * The management API of jobs, {@code /api/sync}, as REST endpoints over {@link io.syncline.job.Jobs}. A caller sees and commands the jobs of the
 * integrations that its view holds; others are not there for it.
 */
package io.syncline.management;
