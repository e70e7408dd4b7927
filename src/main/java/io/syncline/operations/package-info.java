/**
 * What an operator sees: health, metrics, logs and the console. Others report to it through {@link
 * io.syncline.operations.Metrics} and tell it how their integrations stand as {@link io.syncline.operations.IntegrationStatus}; it calls
 * none of them.
 */
package io.syncline.operations;
