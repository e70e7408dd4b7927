/** The imitated LetsBuild: real construction projects behind the published GraphQL Sync API. */
package io.syncline.sandbox.letsbuild;
