#!/bin/sh
# Folds and parts of rows by GNU parallel, on this machine or, with --sshloginfile, on several that share the folder.
#
#   sh parallel.sh reviews.csv model new.csv
set -eu
reviews=$1 model=$2 new=$3
starling=${STARLING:-npx starling}
folds=${FOLDS:-10}
pieces=${PIECES:-pieces}
flags="$reviews --folds $folds ${FLAGS:-}"

# As many folds at once as there are processors; --retries starts a job that died again.
seq "$folds" | parallel --retries 3 "$starling crossvalidate $flags --threads 1 --fold {} --pieces $pieces"
$starling crossvalidate $flags --merge "$pieces"

# Four parts of the rows; "auto" reads the number of the job.
seq 4 | parallel --retries 3 -N0 "$starling predict $model $new --threads 1 --shard auto/4 --out rated.csv"
$starling predict "$model" --merge rated.csv.pieces --out rated.csv
