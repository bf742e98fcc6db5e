"""What AWS allows and what it asks, by name, each with its source. Nothing here was measured at AWS.

Latencies and the processor time of a call are those of ``tests.bench.modelled_time``; prices of calls those of
``colophon_ops.republish``.
"""

# AWS Lambda developer guide, "Lambda quotas": concurrent executions of an account in a region; "new AWS accounts have
# reduced concurrency": how far is not said there, 10 is what they usually show in Service Quotas.
ACCOUNT_RUNS, NEW_ACCOUNT_RUNS = 1_000, 10
# The same, "Configuring scaling behavior for SQS event source mappings": five batches at first, 300 more in a minute,
# and at most 1,000. (``Lanes`` of the template ends at 500.)
QUEUE_READERS_AT_FIRST, QUEUE_READERS_A_MINUTE = 5, 300
# The same, "Process Amazon DynamoDB records with Lambda": the largest ParallelizationFactor.
MOST_BATCHES_OF_A_SHARD = 10
# The same, "Configure Lambda function memory": so much memory comes with one processor.
MEMORY_OF_ONE_PROCESSOR = 1_769
# DynamoDB developer guide, "Understanding DynamoDB warm throughput in different scenarios": a new table on demand, and
# one partition. A partition key is in one partition, unless DynamoDB splits its items by sort key.
TABLE_WRITES, TABLE_READS = 4_000, 12_000
PARTITION_WRITES, PARTITION_READS = 1_000, 3_000
# DynamoDB developer guide, "Change data capture for DynamoDB Streams": records are kept for a day. The template's own
# limit is shorter. Lambda asks each shard four times a second ("Polling and batching streams").
STREAM_POLL = 0.25
# S3 user guide, "Best practices design patterns: optimizing Amazon S3 performance": for each partitioned prefix. A
# bucket begins with one and is divided under load, within 30 to 60 minutes (AWS re:Post, "S3 object key naming
# pattern").
PREFIX_PUTS, PREFIX_GETS = 3_500, 5_500
# CloudFront developer guide, "Concurrent invalidation request maximum", and "Pay for file invalidation": dollars for a
# path after the first thousand of a month. How long one is in progress is assumed.
PATHS_IN_PROGRESS, PATH_DOLLARS, SECONDS_IN_PROGRESS = 3_000, 0.005, 10
# Delivery of a notification of S3: "typically in seconds" (S3 user guide, "Amazon S3 Event Notifications").
NOTIFICATION = 1.0

# List prices of us-east-1: a gigabyte-month of S3 Standard, of a table, of its point-in-time recovery.
S3_MONTH, TABLE_MONTH, RECOVERY_MONTH = 0.023, 0.25, 0.20
GIGABYTE = 1e9
# DynamoDB developer guide, "DynamoDB item sizes and formats": stored beside each item.
ITEM_OVERHEAD = 100

# An image of 12 megapixels in its sizes: the recipe took 0.4 seconds of a desktop's processor, and twice as much is
# assumed of Lambda's; milliseconds, as is the waiting for its five puts.
IMAGE_PROCESSOR, IMAGE_WAITING = 800.0, 200.0
# Processor time of the scan, in milliseconds of one processor: a listing of a thousand versions, and what is decided of
# one post.
LISTING_PROCESSOR, DECISION_PROCESSOR = 100.0, 0.3
LISTING_WAITING = 100.0
# Rendering one clinic of a directory, in milliseconds of one processor; measured 0.035 on a desktop.
CLINIC_PROCESSOR = 0.08
# A read of a megabyte, which is the most that one Query returns, in milliseconds: waiting, and processor to decode it.
QUERY_BYTES, QUERY_WAITING, QUERY_PROCESSOR = 1_000_000, 40.0, 60.0
