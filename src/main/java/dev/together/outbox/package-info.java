/** What was committed and is not yet known to be published. */
@NullMarked
@CheckReturnValue
package dev.together.outbox;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
