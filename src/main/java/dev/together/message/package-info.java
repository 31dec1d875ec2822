/** What they say: sending, history, and the store of messages. */
@NullMarked
@CheckReturnValue
package dev.together.message;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
