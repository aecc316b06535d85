adc run softmax.ad --optimizer sgd --lr 0.1 --batch 100 --epochs 1 \
    --data X=$ADC_DATA/mnist/train-images-idx3-ubyte.gz:/255 --data label=$ADC_DATA/mnist/train-labels-idx1-ubyte.gz \
    --dev X=$ADC_DATA/mnist/t10k-images-idx3-ubyte.gz:/255 --dev label=$ADC_DATA/mnist/t10k-labels-idx1-ubyte.gz
